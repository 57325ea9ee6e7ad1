"""Where the product meets people: notebooks, pages and the command line."""

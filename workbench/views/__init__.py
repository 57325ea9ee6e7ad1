"""What people look at, as data: charts, Explorer views, dashboard cards, published pages."""

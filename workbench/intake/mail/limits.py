"""How much of one message is read. Every cut leaves a fault or a mark that says so; docs/mail.md lists this table."""

LONGEST_MESSAGE = 64 * 2**20
"""Bytes of one message; the rest is not read, the SHA-256 is that of all bytes."""

LONGEST_HEADER_BLOCK = 2**20
"""Bytes of the header block of one message or part."""

LONGEST_HEADER = 2**16
"""Bytes of one header; the rest is dropped."""

MOST_HEADER_LINES = 50_000
"""Lines of the header block of one message or part."""

MOST_HEADERS = 20_000
"""Headers of one block."""

LONGEST_VALUE = 4096
"""Characters of a subject, name, id or other header text in a row."""

LONGEST_HEADERS_TEXT = 2**16
"""Characters of the header block that are kept as text."""

MOST_ENCODED_WORDS = 1_000
"""Encoded words of one header that are decoded."""

MOST_RECIPIENTS = 1_000
"""Recipients of one message, each a row."""

MOST_HOPS = 64
"""Received headers that are read, from the newest; all are counted."""

DEEPEST_PART = 50
"""Multiparts and messages inside one another that are opened."""

DEEPEST_MESSAGE = 50
"""Messages inside one another that become messages of their own."""

MOST_INNER = 50
"""Messages inside one record, at any depth, that become messages of their own."""

MOST_PARTS = 1_000
"""Parts of one message."""

MOST_SCANNED = 2**28
"""Bytes searched for boundaries over all levels."""

MOST_MARKS = 100_000
"""Places of one message where something like a boundary is looked at."""

LONGEST_HTML = 2**20
"""Characters of HTML that are handed to the HTML parser; what is longer is read by the plain scanner."""

MOST_TAGS = 15_000
"""Tags, and so open elements inside one another, up to which HTML is handed to the HTML parser."""

MOST_ATTRIBUTES = 20_000
"""Blanks and equals signs, and so attributes of one tag, up to which HTML is handed to the HTML parser."""

MOST_REOPENED = 600_000
"""Formatting tags times all tags, and so elements a parser may have to open again, up to which it gets HTML."""

LONGEST_SCANNED = 2**21
"""Bytes of one text part that are read at all, by the parser or the plain scanner."""

MOST_LINKS = 5_000
"""Links, images and forms of one HTML part."""

LONGEST_TEXT = 2**18
"""Characters of visible text from which facts are read."""

MOST_URLS = 1_000
"""Different URLs of one message."""

LONGEST_URL = 8_192
"""Characters of one URL."""

MOST_ATTACHMENTS = 200
"""Attachments of one message."""

MOST_ATTACHMENT_ROWS = 10_000
"""Rows of attachments times recipients."""

MOST_READ_ATTACHMENTS = 10
"""HTML, PDF and message attachments of one message that are searched for URLs and markers."""

LONGEST_PDF = 2**24
"""Bytes of a PDF that is unpacked; a longer one is searched as it stands."""

MOST_PDF_OBJECTS = 200_000
"""Objects of a PDF that is unpacked, as they stand in it openly; of one with more only what stands openly is read."""

LONGEST_PLAIN_PDF = 2**25
"""Bytes of an unpacked PDF that are searched."""

LONGEST_UNPACKED = 2**27
"""Bytes of one stream of a PDF, unpacked; a longer one is not unpacked."""

PDF_SECONDS = 10
"""Processor seconds for all PDFs of one message, after which a child of the importer is ended (see below)."""

PDF_MEMORY = 2**29
"""Bytes that a child of the importer may take, beyond what it has, for all PDFs of one message."""

MOST_PDF_PAGES = 10
"""Pages of a PDF whose pictures are searched for QR codes."""

MOST_PICTURES = 30
"""Pictures of one message, attached, embedded or in a PDF, that are searched for QR codes."""

MOST_PIXELS = 2**24
"""Pixels of one picture that is searched."""

MOST_PIXELS_IN_ALL = 2**26
"""Pixels of all pictures of one message that are searched, each frame counted."""

MOST_FRAMES = 8
"""Frames of an animated picture that are searched."""

LONGEST_PICTURE = 2**24 + 2**10
"""Bytes of one picture that is searched."""

MOST_CODES = 100
"""QR codes of one message."""

MOST_DRAWN = 4
"""Drawings of block characters, and as many of table cells, of one message that are searched for QR codes."""

WIDEST_DRAWN = 360
"""Characters or cells of such a drawing, along each side."""

LONGEST_FILE_NAME = 255
"""Characters of a file name."""

MOST_MEMBERS = 1_000
"""Entries of an archive's directory that are read."""

LONGEST_DIRECTORY = 2**20
"""Bytes of an archive's directory that are read."""

MOST_FAULTS = 100
"""Faults of one message that are kept; all are counted."""

MOST_SAMPLES = 10
"""Samples kept with one fact of the body."""

LONGEST_SAMPLE = 80
"""Characters of one sample."""

FEWEST_WORDS = 30
"""Words below which a text gets no MinHash."""

MOST_WORDS = 20_000
"""Words from which the MinHash is made."""

// Takes the place of the theme's icon script (1.5 MB): the icons are glyphs of vendor/icons.woff,
// see book.css and scripts/book/vendor.py.

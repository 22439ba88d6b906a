"""Pages and charts: `typst` alone knows Typst, `chart` draws counts as bars.

Texts reach a template as data, never as its source.
"""

"""What the community can do: one package each, with its sentences beside its code.

`service` is where a feature is entered; a module `...replies` turns what was found into cards and
buttons. Features may use one another but never in a circle; a button of another feature is made by
`bot/i18n/links.py`.
"""

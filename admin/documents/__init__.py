"""Files on the pages of deals and clients: taken in, shown, handed out.

`parts/dropzone.html` says how a form takes them.
"""

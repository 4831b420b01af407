"""
luqum, which knows the grammar of queries.

Its parser is made when it is first imported. The tables of luqum 1.0 do not fit Python 3.13, where it makes them anew and says
to stderr what it thinks of its own grammar: nothing that somebody who runs a command should have to read.
"""

from __future__ import annotations

import contextlib
import io

with contextlib.redirect_stderr(io.StringIO()):
    from luqum import tree as tree
    from luqum.exceptions import IllegalCharacterError as IllegalCharacterError
    from luqum.exceptions import ParseError as ParseError
    from luqum.parser import lexer as lexer
    from luqum.thread import parse as parse

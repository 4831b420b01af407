"""
Programs that follow a source: what it says of each, held against what is here and what it said last.

What the source put in goes when the source takes it out; what an editor put in stays, and so does what an editor took out.
What the source says otherwise is taken, but for pins and for what another source may decide. Imported only where
contrib.programs is installed.
"""

from .external_keys import follow_external_key, pass_on
from .losses import losses_of_external_keys, losses_of_programs
from .missing import follow_missing_program, missing_programs
from .program import follow_program, pass_on_slugs

__all__ = [
    "follow_external_key",
    "follow_missing_program",
    "follow_program",
    "losses_of_external_keys",
    "losses_of_programs",
    "missing_programs",
    "pass_on",
    "pass_on_slugs",
]

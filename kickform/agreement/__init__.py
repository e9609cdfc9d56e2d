"""How well the contacts of a clip agree with a reference: a plate, a mat, an OptoJump, an IMU, hand labels.

``kickform agree CLIP REFERENCE.csv`` is built on it, and so are the tables of the benchmark:

    reference_csv -> alignment -> compare -> result (JSON) -> document (HTML), charts (SVG)

`statistics` holds the figures: Bland-Altman bias and limits of agreement, ICC(2,1), mean absolute error,
coverage of stated intervals.
"""

from kickform.agreement.compare import agree
from kickform.agreement.reference import Reference, ReferenceContact
from kickform.agreement.reference_csv import TEMPLATE, read_reference
from kickform.agreement.result import Agreement, ComparedContact, Quantity

__all__ = [
    "TEMPLATE",
    "Agreement",
    "ComparedContact",
    "Quantity",
    "Reference",
    "ReferenceContact",
    "agree",
    "read_reference",
]

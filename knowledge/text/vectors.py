"""The type of vectors."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

"""Rails on which the fee can arrive: the same shape each (``payments.rail``), and none decides about a case."""

"""Rails on which the fee can arrive: the same shape each (``payments.rail``), none of them decides anything about a case."""

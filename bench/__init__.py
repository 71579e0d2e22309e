"""The service under load beside a hand-written bot: ``python -m bench``. Nothing of the product is imported here, it is run as a process."""

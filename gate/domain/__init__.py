"""The ground floor: facts, the policy as values, and what follows from them. No I/O and no clock."""

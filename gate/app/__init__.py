"""Use cases: gather, check, recheck, replay, demo. Wiring alone knows which adapters exist."""

"""The evaluator: which features rules watch (`watching`), what became of them (`ledger`), and the run (`run`)."""

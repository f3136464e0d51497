"""Tools for those who write questions: mutants, and a check of the questions themselves."""

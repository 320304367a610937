"""Other people's solvers, made to answer the same questions."""

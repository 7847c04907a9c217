"""The knowledge owner's work: drafts of articles, their review, what becomes of published articles."""

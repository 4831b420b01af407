"""Learner pathways: courses, programs and parts of courses in steps that lead somewhere (seed 003 §16)."""

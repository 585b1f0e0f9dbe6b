"""Demonstrations at work and at schools: plan, request, confirmation, assessment, correction."""

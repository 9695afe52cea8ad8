"""What machines may rely on: each route says what it takes and answers, and ``/openapi.json`` says so to them."""

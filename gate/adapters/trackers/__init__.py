"""Systems that hold change tickets."""

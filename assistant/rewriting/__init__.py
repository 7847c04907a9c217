"""What an optional language model may do with a draft: reword and translate it, checked sentence by sentence."""

"""Administrative units (đơn vị hành chính): provinces and communes, their boundaries, validity and successors."""

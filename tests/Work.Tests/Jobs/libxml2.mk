# Builds xmllint from the libxml2 in the npm package libxmljs2, with the configuration that the package brings.
CC = gcc
OPTIMIZATION = -O0
CFLAGS = $(OPTIMIZATION) -w -I. -Iinclude -DHAVE_CONFIG_H
NAMES = buf c14n catalog chvalid debugXML dict encoding entities error globals hash HTMLparser HTMLtree legacy list \
	nanoftp nanohttp parser parserInternals pattern relaxng SAX SAX2 schematron threads tree uri valid xinclude xlink \
	xmlIO xmlmemory xmlmodule xmlreader xmlregexp xmlsave xmlschemas xmlschemastypes xmlstring xmlunicode xmlwriter \
	xpath xpointer
OBJECTS = $(NAMES:=.o)

xmllint: xmllint.o libxml2.a
	$(CC) -o $@ xmllint.o libxml2.a -lm -ldl -lpthread

libxml2.a: $(OBJECTS)
	ar rcsD $@ $(OBJECTS)

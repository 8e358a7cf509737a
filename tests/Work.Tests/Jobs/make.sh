# libxml2, whose source an npm package brings: 42 objects, an archive, a program that runs.
tar -xzf /inputs/libxmljs2.tgz package/vendor/libxml
mv package/vendor/libxml .
make -s -j2 -C libxml -f /inputs/libxml2.mk
make -s -j2 -C libxml -f /inputs/libxml2.mk -q && echo nothing left to make
libxml/xmllint --version 2>&1
libxml/xmllint --format --c14n /inputs/document.xml
inventory libxml

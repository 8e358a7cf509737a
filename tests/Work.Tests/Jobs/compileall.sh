# A part of Python's own library compiled. The byte code holds its source's time.
mkdir library
cp -r /usr/lib/python3*/{email,json,asyncio,unittest,http,xml,logging,importlib} library/
settle library
python3 -m compileall -q library
python3 -O -m compileall -q library/json library/email
python3 -m compileall -q --invalidation-mode checked-hash library/http
inventory library

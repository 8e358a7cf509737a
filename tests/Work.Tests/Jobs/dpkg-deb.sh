# A package built, listed, unpacked.
mkdir -p package/DEBIAN package/usr/{bin,share/thing} package/etc
printf 'Package: thing\nVersion: 1.0\nArchitecture: all\nMaintainer: Somebody <somebody@example.org>\nDescription: a thing\n' >package/DEBIAN/control
printf '/etc/thing.conf\n' >package/DEBIAN/conffiles
printf '#!/bin/sh\nexit 0\n' >package/DEBIAN/postinst
printf '#!/bin/sh\necho thing\n' >package/usr/bin/thing
chmod 755 package/DEBIAN/postinst package/usr/bin/thing
ln -s thing package/usr/bin/alias
ln package/usr/bin/thing package/usr/bin/twin
echo setting >package/etc/thing.conf
tar -xf /inputs/many.tar -C package/usr/share/thing --no-same-owner --wildcards 'directory-01*'
settle package
dpkg-deb --root-owner-group -Zgzip --build package thing.deb
dpkg-deb --info thing.deb
dpkg-deb --contents thing.deb | sha256sum
dpkg-deb --raw-extract thing.deb raw
inventory --file-times raw
inventory .

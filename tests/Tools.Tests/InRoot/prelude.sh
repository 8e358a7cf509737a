# Read before every case. Dates and the locale are fixed, so that two runs can print the same.
set -euo pipefail
umask 022
export TZ=UTC LC_ALL=C HOME=/tmp/home SOURCE_DATE_EPOCH=1000000000
export GIT_AUTHOR_NAME=case GIT_AUTHOR_EMAIL=case@example.org GIT_COMMITTER_NAME=case GIT_COMMITTER_EMAIL=case@example.org
export GIT_AUTHOR_DATE='1000000000 +0000' GIT_COMMITTER_DATE='1000000000 +0000'
export GOCACHE=/tmp/go GOPATH=/tmp/gopath GOFLAGS='-buildvcs=false -p=2' GOPROXY=off CGO_ENABLED=0 CARGO_HOME=/tmp/cargo
export npm_config_cache=/tmp/npm npm_config_update_notifier=false npm_config_offline=true npm_config_audit=false npm_config_fund=false

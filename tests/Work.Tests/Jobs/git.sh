# A repository with a history, packed, cloned both ways, checked.
# The index holds inode numbers and times: its content is compared by ls-files.
export GIT_CONFIG_NOSYSTEM=1
git config --global user.name Somebody
git config --global user.email somebody@example.org
git config --global pack.threads 1
git config --global advice.detachedHead false
git config --global init.defaultBranch main
mkdir one
tar -xf /inputs/many.tar -C one --wildcards 'directory-00*' --exclude='*hard*'
cd one
git init -q
git add .
git commit -qm first
git checkout -qb side
for file in directory-001/file-*1; do echo "changed on the side" >>"$file"; done
git mv directory-002 moved
git commit -qam side
git checkout -q main
sed -i '1s/^/changed on main /' directory-003/file-*2
git rm -rq directory-004
git commit -qam main
git rebase -q side
git tag -a v1 -m "version one"
git stash list
echo loose >>moved/file-0200
git stash -q
git stash pop -q
git status --porcelain
git checkout -q -- .
git gc -q --prune=now
git fsck --full --strict --no-progress
git ls-files --stage | sha256sum
git log --oneline --stat | tail -5
cd ..
git clone -q one linked
git clone -q --no-hardlinks one copied
git clone -q --bare "file:///work/one" bare.git
for repository in linked copied bare.git; do git -C $repository fsck --full --no-progress; done
git -C linked archive --format=tar HEAD | sha256sum
git -C copied worktree add -q ../worktree side
git -C copied ls-files --stage | sha256sum
inventory -x '*/index' .

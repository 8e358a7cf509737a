# A library of 20 units, a shared one and a program: configured, built, one source changed, built again, installed.
# Times are in .ninja_log and .ninja_deps, the names of temporary directories in CMakeOutput.log.
mkdir -p project && cd project
{
	echo 'cmake_minimum_required(VERSION 3.20)'
	echo 'project(sums C)'
	echo 'set(CMAKE_BUILD_RPATH_USE_ORIGIN ON)'
	echo 'add_library(parts STATIC'
	for i in {1..20}; do echo "  part$i.c"; done
	echo ')'
	echo 'set_property(TARGET parts PROPERTY POSITION_INDEPENDENT_CODE ON)'
	echo 'add_library(sums SHARED sums.c)'
	echo 'target_link_libraries(sums parts)'
	echo 'add_executable(total main.c)'
	echo 'target_link_libraries(total sums)'
	echo 'configure_file(settings.h.in settings.h)'
	echo 'target_include_directories(total PRIVATE ${CMAKE_CURRENT_BINARY_DIR})'
	echo 'install(TARGETS total sums)'
} >CMakeLists.txt
for i in {1..20}; do printf '#include <stdlib.h>\nint part%d(void) { return abs(-%d); }\n' $i $i >part$i.c; done
{
	for i in {1..20}; do echo "int part$i(void);"; done
	echo 'int sum(void) { return 0'
	for i in {1..20}; do echo " + part$i()"; done
	echo '; }'
} >sums.c
echo '#define GREETING "${PROJECT_NAME}"' >settings.h.in
printf '#include <stdio.h>\n#include "settings.h"\nint sum(void);\nint main(void) { return printf("%%s %%d\\n", GREETING, sum()) < 0; }\n' >main.c
cmake -G Ninja -S . -B build -DCMAKE_C_COMPILER=/usr/bin/gcc >/dev/null
ninja -C build -j2 >/dev/null
build/total
ninja -C build -j2 | tail -1
sed -i 's/abs(-7)/abs(-700)/' part7.c
ninja -C build -j2 -v | grep -c '^\['
build/total
DESTDIR=/work/project/installed cmake --install build >/dev/null
inventory -x '*/.ninja_*' -x '*.log' -x '*/Testing/*' .

#include <cstdio>
#include <unistd.h>

int main()
{
	std::puts("begun");
	std::fflush(stdout);
	for (;;)
		pause();
}

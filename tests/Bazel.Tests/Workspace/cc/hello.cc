#include <fstream>

#include "cc/greeting.h"

int main(int argc, char **argv)
{
	std::ofstream(argc > 1 ? argv[1] : "/dev/stdout") << Greeting("root") << "\n";
	return 0;
}

#include <cstdio>

#include "cc/greeting.h"

int main()
{
	const std::string greeting = Greeting("test");
	std::printf("greeting: %s\n", greeting.c_str());
	return greeting == "Hello, test" ? 0 : 1;
}

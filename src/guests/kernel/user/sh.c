/* The shell: "command arguments > file; command ...", from its arguments or else from the console, line by line. */
#include "user.h"

static void run(char *command, const char *output)
{
    int status = 0;
    long child = fork();
    if (child == 0) {
        if (*output) {
            close(1);
            unlink(output);
            if (open(output, OPEN_CREATE) != 1)
                exit(1);
        }
        exec(command);
        print("sh: there is no %s\n", command);
        exit(1);
    }
    if (child < 0)
        print("sh: no memory for %s\n", command);
    while (child > 0 && wait(&status) != child)
        ;
    if (status & KILLED)
        print("sh: %s was ended by exception %d\n", command, (u64)(status - KILLED));
    else if (status)
        print("sh: %s gave up with %d\n", command, (u64)status);
}

static char *skip_spaces(char *text)
{
    while (*text == ' ')
        text++;
    return text;
}

static void cut_spaces(char *text)
{
    u64 length = strlen(text);
    while (length > 0 && text[length - 1] == ' ')
        text[--length] = 0;
}

/* One command, with its redirection. */
static void do_command(char *command)
{
    char *output = command;
    command = skip_spaces(command);
    while (*output && *output != '>')
        output++;
    if (*output) {
        *output = 0;
        output = skip_spaces(output + 1);
        cut_spaces(output);
    }
    cut_spaces(command);
    if (same(command, "exit"))
        exit(0);
    if (same(command, "poweroff"))
        poweroff();
    if (*command)
        run(command, output);
}

static void do_line(char *line)
{
    while (*line) {
        char *end = line;
        while (*end && *end != ';' && *end != '\n')
            end++;
        char *next = *end ? end + 1 : end;
        *end = 0;
        do_command(line);
        line = next;
    }
}

int main(char *arguments)
{
    char line[128];
    do_line(arguments);
    for (;;) {
        print("$ ");
        long length = read(0, line, sizeof line - 1);
        if (length <= 0)
            return 0;
        line[length] = 0;
        do_line(line);
    }
}

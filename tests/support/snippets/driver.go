// Does what each line of standard input says with the snippets beside it, and answers a line each.
package main

import (
	"bufio"
	"encoding/base64"
	"fmt"
	"net/http"
	"os"
	"strconv"
	"strings"
)

var names = []string{"webhook-id", "webhook-timestamp", "webhook-signature"}

func must(text string, err error) string {
	if err != nil {
		panic(err)
	}
	return text
}

func answer(verb string, fields []string) string {
	texts := make([]string, len(fields))
	for number, field := range fields {
		raw, err := base64.StdEncoding.DecodeString(strings.TrimSuffix(field, "-"))
		texts[number] = must(string(raw), err)
	}
	switch verb {
	case "launch":
		return must(LaunchToken(texts[0], texts[1], texts[2], texts[3]))
	case "sign":
		return must(SignedLaunchToken(texts[0], texts[1], texts[2], texts[3]))
	}
	header := http.Header{}
	for number, name := range names {
		if fields[3+number] != "-" {
			header.Set(name, texts[3+number])
		}
	}
	now, err := strconv.ParseInt(texts[1], 10, 64)
	must("", err)
	id, err := Verified(texts[0], header, []byte(texts[2]), now)
	if err != nil {
		return "refused"
	}
	return id
}

func main() {
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		parts := strings.Split(lines.Text(), "\t")
		fmt.Println(answer(parts[0], parts[1:]))
	}
}

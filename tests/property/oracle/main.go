// Command oracle says what Helm's libraries make of a case: a line of JSON in, a line of JSON out.
//
// The property tests compare Hivehelm with it, since a process of Helm for each case would take hours.
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"sort"
	"strconv"
	"strings"
	"text/template"

	"github.com/Masterminds/sprig/v3"
	"helm.sh/helm/v4/pkg/strvals"
	"sigs.k8s.io/yaml"
)

// A case: what to do, with which text, and with which data (JSON). Bytes travel as base64.
type request struct {
	Do   string
	Text []byte
	Data []byte
}

type answer struct {
	Value  any    `json:"value"`
	Output []byte `json:"output"`
	Error  []byte `json:"error"`
}

func main() {
	lines := bufio.NewReaderSize(os.Stdin, 1<<20)
	out := bufio.NewWriter(os.Stdout)
	for {
		line, err := lines.ReadBytes('\n')
		if err != nil {
			return
		}
		var asked request
		if err := json.Unmarshal(line, &asked); err != nil {
			panic(err)
		}
		told, err := json.Marshal(tell(asked))
		if err != nil {
			panic(err)
		}
		out.Write(append(told, '\n'))
		out.Flush()
	}
}

func tell(asked request) (told answer) {
	defer func() {
		if problem := recover(); problem != nil {
			told = answer{Error: []byte(fmt.Sprint("panic: ", problem))}
		}
	}()
	var err error
	switch asked.Do {
	case "render":
		told.Output, err = render(string(asked.Text), asked.Data)
	case "yaml":
		var value any
		err = yaml.Unmarshal(asked.Text, &value)
		told.Value = spell(value)
	default:
		values := map[string]any{}
		if len(asked.Data) > 0 {
			err = json.Unmarshal(asked.Data, &values)
		}
		text := string(asked.Text)
		switch asked.Do {
		case "set":
			err = strvals.ParseInto(text, values)
		case "set-string":
			err = strvals.ParseIntoString(text, values)
		case "set-json":
			err = strvals.ParseJSON(text, values)
		case "set-literal":
			err = strvals.ParseLiteralInto(text, values)
		}
		told.Value = spell(values)
	}
	if err != nil {
		told.Error = []byte(err.Error())
	}
	return told
}

func render(text string, data []byte) ([]byte, error) {
	var values any
	if err := json.Unmarshal(data, &values); err != nil {
		return nil, err
	}
	functions := sprig.TxtFuncMap()
	functions["toYaml"] = func(value any) string {
		data, err := yaml.Marshal(value)
		if err != nil {
			return ""
		}
		return strings.TrimSuffix(string(data), "\n")
	}
	functions["toJson"] = func(value any) string {
		data, err := json.Marshal(value)
		if err != nil {
			return ""
		}
		return string(data)
	}
	parsed, err := template.New("t").Option("missingkey=zero").Funcs(functions).Parse(text)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	if err := parsed.Execute(&out, values); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// spell gives a value with its types, which JSON has not.
func spell(value any) any {
	switch value := value.(type) {
	case nil:
		return []any{"nil"}
	case bool:
		return []any{"bool", value}
	case string:
		return []any{"string", []byte(value)}
	case float64:
		return []any{"float64", strconv.FormatFloat(value, 'g', -1, 64)}
	case []any:
		items := []any{}
		for _, item := range value {
			items = append(items, spell(item))
		}
		return []any{"list", items}
	case map[string]any:
		keys := []string{}
		for key := range value {
			keys = append(keys, key)
		}
		sort.Strings(keys)
		items := []any{}
		for _, key := range keys {
			items = append(items, []any{[]byte(key), spell(value[key])})
		}
		return []any{"map", items}
	}
	return []any{fmt.Sprintf("%T", value), fmt.Sprint(value)}
}

// Command oracle says what Helm's libraries make of a case: a line of JSON in, a line of JSON out.
//
// The property tests compare Hivehelm with it, since a process of Helm for each case would take hours.
package main

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"sort"
	"strconv"
	"strings"
	"text/template"
	"time"

	"github.com/BurntSushi/toml"
	"github.com/Masterminds/sprig/v3"
	yaml3 "go.yaml.in/yaml/v3"
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
	case "toml":
		table := map[string]any{}
		err = toml.Unmarshal(asked.Text, &table)
		told.Value = spell(table)
	case "print":
		told.Value, err = printed(asked.Text, asked.Data)
	case "write":
		told.Value, err = written(asked.Data)
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

// printed gives what fmt makes of a format and values, which come spelled.
func printed(format []byte, data []byte) (any, error) {
	var spelled []any
	if err := json.Unmarshal(data, &spelled); err != nil {
		return nil, err
	}
	values := []any{}
	for _, value := range spelled {
		values = append(values, build(value))
	}
	return []byte(fmt.Sprintf(string(format), values...)), nil
}

// written gives a spelled value in each of the forms that templates write values in.
func written(data []byte) (any, error) {
	var spelled any
	if err := json.Unmarshal(data, &spelled); err != nil {
		return nil, err
	}
	value := build(spelled)
	quote := sprig.TxtFuncMap()["quote"].(func(...any) string)
	squote := sprig.TxtFuncMap()["squote"].(func(...any) string)
	return []any{
		attempt(func() ([]byte, error) { return yaml.Marshal(value) }),
		attempt(func() ([]byte, error) {
			var out bytes.Buffer
			encoder := yaml3.NewEncoder(&out)
			encoder.SetIndent(2)
			err := encoder.Encode(value)
			return out.Bytes(), err
		}),
		attempt(func() ([]byte, error) { return json.Marshal(value) }),
		attempt(func() ([]byte, error) { return json.MarshalIndent(value, "", "  ") }),
		attempt(func() ([]byte, error) {
			var out bytes.Buffer
			err := toml.NewEncoder(&out).Encode(value)
			return out.Bytes(), err
		}),
		[]byte(quote(value, value)),
		[]byte(squote(value)),
		[]byte(fmt.Sprint(value, value)),
	}, nil
}

func attempt(write func() ([]byte, error)) (text []byte) {
	defer func() {
		if problem := recover(); problem != nil {
			text = []byte(fmt.Sprint("error: ", problem))
		}
	}()
	text, err := write()
	if err != nil {
		return []byte("error: " + err.Error())
	}
	return text
}

// build gives the value that is spelled, as `spell` spells and with more types.
func build(spelled any) any {
	parts := spelled.([]any)
	kind := parts[0].(string)
	switch kind {
	case "nil":
		return nil
	case "nil list":
		return []any(nil)
	case "nil strings":
		return []string(nil)
	case "nil map":
		return map[string]any(nil)
	}
	text, _ := parts[1].(string)
	signed, _ := strconv.ParseInt(text, 10, 64)
	unsigned, _ := strconv.ParseUint(text, 10, 64)
	float, _ := strconv.ParseFloat(text, 64)
	raw, _ := base64.StdEncoding.DecodeString(text)
	switch kind {
	case "bool":
		return parts[1].(bool)
	case "string":
		return string(raw)
	case "bytes":
		return raw
	case "int":
		return int(signed)
	case "int8":
		return int8(signed)
	case "int16":
		return int16(signed)
	case "int32":
		return int32(signed)
	case "int64":
		return signed
	case "duration":
		return time.Duration(signed)
	case "uint":
		return uint(unsigned)
	case "uint8":
		return uint8(unsigned)
	case "uint16":
		return uint16(unsigned)
	case "uint32":
		return uint32(unsigned)
	case "uint64":
		return unsigned
	case "float32":
		return float32(float)
	case "float64":
		return float
	case "complex128":
		imaginary, _ := strconv.ParseFloat(parts[2].(string), 64)
		return complex(float, imaginary)
	}
	items := parts[1].([]any)
	switch kind {
	case "list":
		list := []any{}
		for _, item := range items {
			list = append(list, build(item))
		}
		return list
	case "strings":
		list := []string{}
		for _, item := range items {
			list = append(list, build(item).(string))
		}
		return list
	case "ints":
		list := []int{}
		for _, item := range items {
			list = append(list, build(item).(int))
		}
		return list
	case "map":
		table := map[string]any{}
		for _, item := range items {
			table[build(item.([]any)[0]).(string)] = build(item.([]any)[1])
		}
		return table
	case "string map":
		table := map[string]string{}
		for _, item := range items {
			table[build(item.([]any)[0]).(string)] = build(item.([]any)[1]).(string)
		}
		return table
	}
	panic("unknown kind " + kind)
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

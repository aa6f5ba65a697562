// Command patch_strategies prints the Go types of the kinds that Helm patches strategically: of each field its
// type, and the patch strategy and merge key of its struct tags.
package main

import (
	"encoding/json"
	"fmt"
	"reflect"
	"sort"
	"strings"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	apiextensionsv1beta1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1beta1"
	"k8s.io/apimachinery/pkg/runtime"
	lookup "k8s.io/apimachinery/third_party/forked/golang/json"
	"k8s.io/client-go/kubernetes/scheme"
)

var (
	unmarshaler = reflect.TypeOf((*json.Unmarshaler)(nil)).Elem()
	numbers     = map[reflect.Type]int{}
	types       []string
)

func main() {
	known := runtime.NewScheme()
	for _, add := range []func(*runtime.Scheme) error{
		scheme.AddToScheme, apiextensionsv1.AddToScheme, apiextensionsv1beta1.AddToScheme,
	} {
		if err := add(known); err != nil {
			panic(err)
		}
	}
	kinds := map[string]string{}
	names := map[string]reflect.Type{}
	for gvk, found := range known.AllKnownTypes() {
		_, list := found.FieldByName("Items")
		if gvk.Version == runtime.APIVersionInternal || list || strings.HasSuffix(found.PkgPath(), "/meta/v1") {
			continue
		}
		names[gvk.GroupVersion().String()+" "+gvk.Kind] = found
	}
	sorted := []string{}
	for name := range names {
		sorted = append(sorted, name)
	}
	sort.Strings(sorted)
	for _, name := range sorted {
		kinds[name] = spell(names[name])
	}
	fmt.Println("# Written by scripts/patch-strategies from client-go's types; do not edit.")
	for _, name := range sorted {
		fmt.Printf("%s=%s\n", name, kinds[name])
	}
	fmt.Println()
	for _, line := range types {
		fmt.Println(line)
	}
}

// spell names a type: `12` is the struct of that number, `*T`, `[]T` and `{}T` what is made of others.
func spell(t reflect.Type) string {
	switch t.Kind() {
	case reflect.Pointer:
		return "*" + spell(t.Elem())
	case reflect.Map:
		if own(t) {
			return "!" + t.String()
		}
		return "{}" + spell(t.Elem())
	case reflect.Slice:
		if own(t) {
			return "!" + t.String()
		}
		return "[]" + spell(t.Elem())
	case reflect.Struct:
		return fmt.Sprint(number(t))
	case reflect.Interface, reflect.Bool, reflect.String,
		reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64,
		reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Float64:
		if own(t) {
			return "!" + t.String()
		}
		return t.Kind().String()
	}
	panic(t.String())
}

func own(t reflect.Type) bool {
	return reflect.PointerTo(t).Implements(unmarshaler)
}

// number gives a struct's place among the lines: `Name[!custom] field:type[:strategy:key] ...`.
func number(t reflect.Type) int {
	if found, ok := numbers[t]; ok {
		return found
	}
	place := len(types)
	numbers[t] = place
	types = append(types, "")
	line := t.Name()
	if own(t) {
		line += "!" + t.String()
	}
	for _, name := range visible(t) {
		elem, strategies, key, err := lookup.LookupPatchMetadataForStruct(t, name)
		if err != nil {
			continue
		}
		line += " " + name + ":" + spell(elem)
		if strategy := strings.Join(strategies, ","); strategy != "" || key != "" {
			line += ":" + strategy + ":" + key
		}
	}
	types[place] = line
	return place
}

// visible gives the JSON names of a struct's fields, those of embedded structs too, in their order.
func visible(t reflect.Type) []string {
	names := []string{}
	for i := 0; i < t.NumField(); i++ {
		field := t.Field(i)
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		if name == "-" || (!field.IsExported() && !field.Anonymous) {
			continue
		}
		inner := field.Type
		if inner.Kind() == reflect.Pointer {
			inner = inner.Elem()
		}
		if field.Anonymous && name == "" && inner.Kind() == reflect.Struct {
			names = append(names, visible(inner)...)
			continue
		}
		if name == "" {
			name = field.Name
		}
		names = append(names, name)
	}
	return names
}

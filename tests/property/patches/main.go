// Command patches says which patch Helm makes of three objects: a line of JSON in, a line of JSON out.
//
// It does what pkg/kube's createPatch does, with the same libraries.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"

	jsonpatch "github.com/evanphx/json-patch/v5"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	apiextensionsv1beta1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1beta1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/jsonmergepatch"
	"k8s.io/apimachinery/pkg/util/mergepatch"
	"k8s.io/apimachinery/pkg/util/strategicpatch"
	"k8s.io/client-go/kubernetes/scheme"
)

type request struct {
	Original, Modified, Current json.RawMessage
	ThreeWay                    bool
}

type answer struct {
	Patch json.RawMessage `json:"patch"`
	Type  string          `json:"type"`
	Error string          `json:"error"`
}

var known = runtime.NewScheme()

func main() {
	for _, add := range []func(*runtime.Scheme) error{
		scheme.AddToScheme, apiextensionsv1.AddToScheme, apiextensionsv1beta1.AddToScheme,
	} {
		if err := add(known); err != nil {
			panic(err)
		}
	}
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
			told = answer{Error: fmt.Sprint("panic: ", problem)}
		}
	}()
	patch, kind, err := create(asked)
	told = answer{Patch: patch, Type: kind}
	if err != nil {
		told = answer{Error: err.Error()}
	}
	return told
}

func create(asked request) ([]byte, string, error) {
	target := &unstructured.Unstructured{}
	if err := target.UnmarshalJSON(asked.Modified); err != nil {
		return nil, "", err
	}
	var versioned runtime.Object = target
	gv := target.GroupVersionKind().GroupVersion()
	if found, err := runtime.ObjectConvertor(known).ConvertToVersion(target, gv); err == nil {
		versioned = found
	}
	_, untyped := versioned.(runtime.Unstructured)
	_, definition := versioned.(*apiextensionsv1beta1.CustomResourceDefinition)
	if untyped || definition {
		if asked.ThreeWay {
			patch, err := jsonmergepatch.CreateThreeWayJSONMergePatch(asked.Original, asked.Modified, asked.Current,
				mergepatch.RequireKeyUnchanged("apiVersion"),
				mergepatch.RequireKeyUnchanged("kind"),
				mergepatch.RequireMetadataKeyUnchanged("name"))
			if err != nil && mergepatch.IsPreconditionFailed(err) {
				err = fmt.Errorf("%w: at least one field was changed: apiVersion, kind or name", err)
			}
			return patch, "merge", err
		}
		patch, err := jsonpatch.CreateMergePatch(asked.Original, asked.Modified)
		return patch, "merge", err
	}
	meta, err := strategicpatch.NewPatchMetaFromStruct(versioned)
	if err != nil {
		return nil, "", err
	}
	patch, err := strategicpatch.CreateThreeWayMergePatch(asked.Original, asked.Modified, asked.Current, meta, true)
	return patch, "strategic", err
}

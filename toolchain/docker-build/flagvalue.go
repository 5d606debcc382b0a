package main

import (
	"encoding/csv"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
)

// flagValue is the value of a buildx flag such as --output, in the order it is written: `type=registry,push=true`.
type flagValue []attribute

// attribute is one part of a flagValue; a part without "=" has no key.
type attribute struct{ key, value string }

// String is the value as it stands on the command line, quoted where buildx needs it.
func (f flagValue) String() string {
	fields := make([]string, len(f))
	for i, part := range f {
		fields[i] = part.value
		if part.key != "" {
			fields[i] = part.key + "=" + part.value
		}
	}
	var line strings.Builder
	writer := csv.NewWriter(&line)
	_ = writer.Write(fields) // a strings.Builder takes everything
	writer.Flush()
	return strings.TrimSuffix(line.String(), "\n")
}

// parseFlagValue reads a value as the Docker CLI takes it.
func parseFlagValue(raw string) (flagValue, error) {
	fields, err := csv.NewReader(strings.NewReader(raw)).Read()
	if err != nil {
		return nil, fmt.Errorf("not a list of key=value parted by commas: %w", err)
	}
	value := make(flagValue, len(fields))
	for i, field := range fields {
		key, text, found := strings.Cut(field, "=")
		if found {
			value[i] = attribute{strings.ToLower(strings.TrimSpace(key)), text}
		} else {
			value[i] = attribute{"", field}
		}
	}
	return value, nil
}

// get is the value of a key; empty when it is not there.
func (f flagValue) get(key string) string {
	for _, part := range f {
		if part.key == key {
			return part.value
		}
	}
	return ""
}

// with is the flagValue with the key set.
func (f flagValue) with(key, value string) flagValue {
	others := slices.DeleteFunc(slices.Clone(f), func(part attribute) bool { return part.key == key })
	return append(others, attribute{key, value})
}

// chosen renders the one option that is set in an Export, a CacheFrom or a CacheTo: its Pulumi name is buildx's type,
// its fields' `flag` tags are the keys. It is nil when the entry is disabled or nothing is set.
func chosen(union any) (flagValue, error) {
	options := reflect.ValueOf(union)
	if options.FieldByName("Disabled").Bool() {
		return nil, nil
	}
	var value flagValue
	var names []string
	for i := range options.NumField() {
		name, _, _ := strings.Cut(options.Type().Field(i).Tag.Get("pulumi"), ",")
		option := options.Field(i)
		switch {
		case option.Kind() == reflect.Pointer && !option.IsNil():
			value = append(flagValue{{"type", name}}, attributes(option.Elem())...)
		case name == "raw" && option.String() != "":
			parsed, err := parseFlagValue(option.String())
			if err != nil {
				return nil, fmt.Errorf("raw: %w", err)
			}
			value = parsed
		default:
			continue
		}
		names = append(names, name)
	}
	if len(names) > 1 {
		return nil, fmt.Errorf("got %s together; expected one of them", strings.Join(names, " and "))
	}
	return value, nil
}

// attributes renders the fields of an option, embedded ones too, and leaves out those that are not set.
func attributes(option reflect.Value) flagValue {
	var value flagValue
	for i := range option.NumField() {
		field, key := option.Field(i), option.Type().Field(i).Tag.Get("flag")
		if option.Type().Field(i).Anonymous {
			if group, ok := field.Interface().(Compressed); ok && group.CompressionLevel == 0 {
				continue
			}
			value = append(value, attributes(field)...)
			continue
		}
		if key == "" || field.IsZero() {
			continue
		}
		switch field.Kind() {
		case reflect.Map:
			texts := field.Interface().(map[string]string)
			for _, name := range slices.Sorted(maps.Keys(texts)) {
				value = append(value, attribute{key + "." + name, texts[name]})
			}
		case reflect.Slice:
			value = append(value, attribute{key, strings.Join(field.Interface().([]string), ",")})
		default:
			value = append(value, attribute{key, fmt.Sprint(reflect.Indirect(field))})
		}
	}
	return value
}

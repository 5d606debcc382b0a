package main

import (
	"bytes"
	"cmp"
	"slices"
	"strings"
	"sync"
	"time"
)

const (
	// keptLines is how many lines of a failed build an error shows.
	keptLines = 50
	// statusPause is how often a line is shown while a build runs: the newest of that time.
	statusPause = 250 * time.Millisecond
	// secretPart is how long a line of a secret of several lines must be to be hidden by itself: a build prints such a
	// secret line by line, but lines like "}" are everywhere.
	secretPart = 4
)

// buildLog takes buildx's plain progress, line by line.
type buildLog struct {
	hide *strings.Replacer
	show func(line string)

	mutex  sync.Mutex
	rest   []byte // of a line whose end has not come yet
	latest []string
	timer  *time.Timer // runs while there is a line to show
}

// newBuildLog hides the secrets and gives `show` a line now and then.
func newBuildLog(secrets []string, show func(line string)) *buildLog {
	var texts []string
	for _, secret := range secrets {
		texts = append(texts, secret)
		for _, line := range strings.Split(secret, "\n") {
			if line = strings.TrimSpace(line); len(line) >= secretPart {
				texts = append(texts, line)
			}
		}
	}
	slices.SortFunc(texts, func(a, b string) int { return cmp.Compare(len(b), len(a)) }) // a long one may hold a short one
	var pairs []string
	for _, text := range texts {
		if text != "" {
			pairs = append(pairs, text, "[secret]")
		}
	}
	return &buildLog{hide: strings.NewReplacer(pairs...), show: show}
}

// Write takes a piece of the log.
func (l *buildLog) Write(piece []byte) (int, error) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	l.rest = append(l.rest, piece...)
	for {
		line, rest, found := bytes.Cut(l.rest, []byte("\n"))
		if !found {
			return len(piece), nil
		}
		l.rest = rest
		l.add(string(line))
	}
}

func (l *buildLog) add(line string) {
	line = strings.TrimRight(l.hide.Replace(line), "\r ")
	if line == "" {
		return
	}
	l.latest = append(l.latest, line)
	if len(l.latest) > keptLines {
		l.latest = l.latest[1:]
	}
	if l.timer == nil {
		l.timer = time.AfterFunc(statusPause, l.showNewest)
	}
}

func (l *buildLog) showNewest() {
	l.mutex.Lock()
	newest := l.latest[len(l.latest)-1]
	l.timer = nil
	l.mutex.Unlock()
	l.show(newest)
}

// close ends the log, of which nothing is shown any more, and gives its last lines.
func (l *buildLog) close() string {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	l.add(string(l.rest))
	if l.timer != nil {
		l.timer.Stop()
	}
	return strings.Join(l.latest, "\n")
}

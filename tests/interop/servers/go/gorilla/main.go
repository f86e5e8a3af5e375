// gorilla/websocket: PORT. Upgrades /ws; without an origin check and with compression, which the library has off.
package main

import (
	"log"
	"net/http"
	"os"

	"github.com/gorilla/websocket"
)

var upgrader = websocket.Upgrader{
	CheckOrigin:       func(*http.Request) bool { return true },
	EnableCompression: true,
	Subprotocols:      []string{"chat"},
}

func echo(writer http.ResponseWriter, request *http.Request) {
	connection, err := upgrader.Upgrade(writer, request, nil)
	if err != nil {
		return // the library has answered
	}
	defer connection.Close()
	for {
		kind, message, err := connection.ReadMessage()
		if err != nil || connection.WriteMessage(kind, message) != nil {
			return
		}
	}
}

func main() {
	http.HandleFunc("/ws", echo)
	log.SetFlags(0)
	log.Fatal(http.ListenAndServe("127.0.0.1:"+os.Args[1], nil))
}

// coder/websocket: PORT. Upgrades /ws; without an origin check and with compression, which the library has off.
package main

import (
	"context"
	"log"
	"net/http"
	"os"

	"github.com/coder/websocket"
)

func echo(writer http.ResponseWriter, request *http.Request) {
	connection, err := websocket.Accept(writer, request, &websocket.AcceptOptions{
		Subprotocols:       []string{"chat"},
		InsecureSkipVerify: true,
		CompressionMode:    websocket.CompressionContextTakeover,
	})
	if err != nil {
		return // the library has answered
	}
	defer connection.CloseNow()
	for {
		kind, message, err := connection.Read(context.Background())
		if err != nil || connection.Write(context.Background(), kind, message) != nil {
			return
		}
	}
}

func main() {
	http.HandleFunc("/ws", echo)
	log.SetFlags(0)
	log.Fatal(http.ListenAndServe("127.0.0.1:"+os.Args[1], nil))
}

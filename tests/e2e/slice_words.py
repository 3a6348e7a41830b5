"""What the story of the slice says on screen, in both languages.

Written down here rather than taken from the translations: the test must notice a
Spanish page that says something in English.
"""

WORDS = {
    "en_US": {
        "client": "Harbour Books Ltd",
        "contact": "Ann Carter",
        "login": "ann",
        "subject": "The order form shows an error",
        "description": "Since this morning the order form answers with an error.",
        "work": {
            25: "Found the cause: an update of the payment module",
            12: "Told the client what happened",
            43: "Repaired the form and tested an order",
        },
        "price": "1,800.00",
        "active": "Active",
        "granted": "1,800 min",
        "charged": "80 min",
        "charged after": ["60 min", "60 min", "80 min"],
        "added": ["+60 min", "0 min", "+20 min"],
        "balance": "1,720 min",
        "expiry": "expires",
        "done": "Done",
        "movements": ["+1,800 min", "-60 min", "-20 min", "minimum 60 min"],
        "statement": ["Support statement", "1,720 min", "1,800 min", "minimum 60 min"],
        "never": ["Saldo", "Movimientos", "aduca", "mínimo"],
    },
    "es_ES": {
        "client": "Panadería La Espiga",
        "contact": "Marta Solís",
        "login": "marta",
        "subject": "El formulario de pedidos da un error",
        "description": "Desde esta mañana el formulario de pedidos da un error.",
        "work": {
            25: "Causa encontrada: una actualización del módulo de pago",
            12: "Explicación al cliente de lo ocurrido",
            43: "Formulario reparado y un pedido de prueba",
        },
        "price": "1.800,00",
        "active": "Activo",
        "granted": "1.800 min",
        "charged": "80 min",
        "charged after": ["60 min", "60 min", "80 min"],
        "added": ["+60 min", "0 min", "+20 min"],
        "balance": "1.720 min",
        "expiry": "caduca",
        "done": "Hecho",
        "movements": ["+1.800 min", "-60 min", "-20 min", "mínimo de 60 min"],
        "statement": ["Extracto", "1.720 min", "1.800 min", "mínimo de 60 min"],
        "never": ["Balance", "Statement", "xpires", "harged", "minimum", "Work"],
    },
}

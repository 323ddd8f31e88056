"""The table of rooms; `kinds` reads it and explains it."""

from __future__ import annotations

from typing import Final

INDOORS: Final = """
[throne room]
nouns: throne room | castle hall | great hall | royal hall | palace hall
looks: stone pillars and banners | red carpet | tall pillars
landmarks: throne | banners | torches | stained glass | statue
weight: 1.4

[dungeon]
nouns: dungeon | prison cell | dungeon corridor | castle cell | dark cell
looks: damp stone walls | iron bars | chains on the wall
landmarks: iron bars | torches | bones | chest | chains
weight: 1.4

[crypt]
nouns: crypt | tomb | burial chamber | vault under the church | old tomb
looks: stone coffins | carved tombs | dusty stone
landmarks: coffins | candles | statue | bones | torches

[church]
nouns: church | chapel | inside a church | temple hall | abbey
looks: stone arches | rows of pews | tall windows
landmarks: altar | stained glass | candles | pews | statue

[tavern]
nouns: tavern | inn | tavern room | smoky tavern | alehouse
looks: wooden tables and barrels | warm beams | bottles behind the bar
landmarks: fireplace | bar counter | barrels | tables | candles
weight: 1.5

[saloon]
nouns: saloon | western saloon | saloon bar | frontier bar
looks: long wooden bar | bottles and mirrors | swing doors
landmarks: bar counter | piano | tables | oil lamps | barrels

[kitchen]
nouns: kitchen | farmhouse kitchen | castle kitchen | bakery | small kitchen
looks: copper pots | hanging pans | bread on the table
landmarks: stove | tables | shelves | fireplace | barrels
weight: 1.4

[shop]
nouns: shop | store | apothecary shop | small shop | general store
looks: goods on shelves | jars and bottles | crowded shelves
landmarks: shelves | shop counter | oil lamps | crates | tables
weight: 1.2

[library]
nouns: library | study | old library | reading room | archive
looks: tall bookshelves | rows of books | books to the ceiling
landmarks: bookshelves | desk | candles | globe | fireplace
weight: 1.3

[bedroom]
nouns: bedroom | inn room | small room | attic room | guest room
looks: bed by the wall | wooden floor | simple bed
landmarks: bed | wardrobe | candles | mirror | desk
weight: 1.2

[living room]
nouns: living room | house | front room | parlour | sitting room
looks: sofa and lamp | warm carpet | pictures on the wall
landmarks: sofa | fireplace | oil lamps | bookshelves | clock
weight: 1.3

[office]
nouns: office | police office | small office | detective's office | study room
looks: desk and papers | filing cabinets | blinds on the window
landmarks: desk | cabinets | office lamp | clock | map on the wall
weight: 1.2

[school]
nouns: school | classroom | school room | lecture hall
looks: rows of desks | blackboard | school desks
landmarks: blackboard | school desks | clock | globe | map on the wall

[hospital]
nouns: hospital | clinic | sick room | hospital room | infirmary
looks: white beds | clean tiles | pale curtains
landmarks: hospital beds | cabinets | screens | clock

[laboratory]
nouns: laboratory | lab | research lab | secret lab | alchemist's lab
looks: glass tanks | bottles and tubes | glowing flasks
landmarks: glass tanks | screens | lab bench | shelves | machine
weight: 1.2

[workshop]
nouns: workshop | forge | smithy | garage | blacksmith's forge
looks: tools on the wall | anvil and fire | hammers and tools
landmarks: forge fire | anvil | tables | barrels | crates
weight: 1.2

[cellar]
nouns: cellar | basement | storeroom | wine cellar | warehouse
looks: barrels and crates | brick walls | low ceiling
landmarks: barrels | crates | shelves | chest | candles
weight: 1.1

[ship cabin]
nouns: captain's cabin | ship cabin | below deck | ship's hold | cabin of a ship
looks: curved planks | wide stern windows | swinging lamp
landmarks: desk | chest | hammock | barrels | globe
weight: 1.1

[tent]
nouns: tent | inside a tent | command tent | carnival tent | feast tent
looks: striped cloth walls | carpets and cushions | canvas walls
landmarks: tables | chest | candles | banners | bed

[train car]
nouns: train car | railway carriage | dining car | train compartment
looks: rows of seats | windows along the carriage | lamps and seats
landmarks: seats | tables | oil lamps

[theatre]
nouns: theatre | stage | empty stage | concert hall | theatre stage
looks: red curtains | wooden stage | stage lights
landmarks: piano | spotlights | painted scenery

[sewer]
nouns: sewer | sewer tunnel | drain | underground canal
looks: brick arches | green water | dripping pipes
landmarks: pipes | bones | iron bars | torches

[subway]
nouns: subway station | subway platform | underground station | metro platform
looks: white tiles | rails and tiles | long platform
landmarks: train | bench | vending machine | station clock

[factory]
nouns: factory | engine room | boiler room | power plant | machine hall
looks: pipes and gauges | big machines | steam and steel
landmarks: machine | pipes | crates | screens | furnace

[bunker]
nouns: bunker | vault | underground shelter | old bunker | shelter
looks: concrete walls | steel door | metal bunks
landmarks: steel door | crates | radio | bunk beds | shelves
weight: 1.1

[spaceship corridor]
nouns: spaceship corridor | ship corridor | starship hallway | station corridor | airlock corridor
looks: steel walls | lights along the walls | metal panels
landmarks: steel door | pipes | warning lights | crates | screens
weight: 1.2

[spaceship bridge]
nouns: bridge of a spaceship | starship bridge | control room | cockpit | command deck
looks: screens and stars | consoles and a wide window | control panels
landmarks: screens | planet in the window | captain's chair | warning lights
weight: 1.1

[space station]
nouns: space station | orbital station | station deck | observation deck | space port
looks: wide window to space | stars outside | steel deck
landmarks: planet in the window | plants | screens | bench | crates
weight: 1.1
"""

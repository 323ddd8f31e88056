"""The table of places under the sky, underground and on other worlds; `kinds` reads it and explains it."""

from __future__ import annotations

from typing import Final

OUTDOORS: Final = """
[forest]
nouns: forest | deep woods | woodland path | forest clearing | old oak wood | trees
looks: tall trees | thick green leaves | mossy trunks | big trees
landmarks: campfire | standing stones | hut | signpost | stream | fallen log
weather: mild
weight: 1.5

[pine forest]
nouns: pine forest | fir woods | dark pines | pine wood path | spruce forest
looks: tall pines | dark fir trees | needle-covered ground
landmarks: campfire | hut | standing stones | signpost | fallen log
weather: all
weight: 1.2

[jungle]
nouns: jungle | rainforest | jungle path | tropical forest | thick jungle
looks: hanging vines | huge leaves | palms and creepers
landmarks: stone idol | waterfall | ruined wall | stream
weather: mild

[desert]
nouns: desert | sand dunes | dry desert | endless dunes | sandy waste
looks: yellow dunes | hot sand | rolling sand hills
landmarks: palms | tents | pyramid | bones | cactus
weather: dry
weight: 1.1

[canyon]
nouns: canyon | red canyon | desert gorge | badlands | dry gulch
looks: red rock walls | tall mesas | layered red cliffs
landmarks: cactus | wagon | bones | wooden bridge | signpost
weather: dry

[mountains]
nouns: mountains | mountain pass | high pass | rocky mountain path | mountain valley
looks: snowy peaks | grey cliffs | jagged peaks
landmarks: tower | shrine | signpost | tents | waterfall
weather: all
weight: 1.2

[snowfield]
nouns: snowfield | frozen plain | snowy waste | ice field | frozen tundra
looks: deep snow | white drifts | blue ice
landmarks: hut | tents | frozen lake | standing stones | signpost
weather: clear clear cloudy snow snow fog

[swamp]
nouns: swamp | marsh | bog | dark wetland | murky swamp
looks: green water | dead trees and reeds | crooked trees
landmarks: hut | wooden walkway | bones | standing stones
weather: clear cloudy rain fog fog storm

[beach]
nouns: beach | sea shore | sandy cove | tropical beach | island shore
looks: blue sea | white sand and waves | gentle waves
landmarks: palms | shipwreck | chest | lighthouse | rowing boat
weather: mild
weight: 1.1

[cliffs]
nouns: sea cliffs | rocky coast | cliff above the sea | stormy headland | cliff edge
looks: waves on black rocks | grey sea | high cliffs
landmarks: lighthouse | tower | ship | shrine
weather: mild

[lake]
nouns: lake | lake shore | still lake | mountain lake | quiet water
looks: reflections on the water | calm water | reeds on the bank
landmarks: rowing boat | pier | hut | island
weather: mild

[river bridge]
nouns: stone bridge over a river | river bank with a bridge | old bridge | bridge over a stream | river crossing
looks: mossy stone arch | slow water | arched bridge
landmarks: watermill | signpost | rowing boat
weather: mild
weight: 1.1

[meadow]
nouns: meadow | green hills | grassy field | open field | rolling hills
looks: wild flowers | soft grass | green slopes
landmarks: windmill | lone tree | fence | standing stones | signpost
weather: mild
weight: 1.1

[farm]
nouns: farm | farmyard | farm field | barn and fields | ranch
looks: crops in rows | red barn | ploughed field
landmarks: windmill | scarecrow | fence | wagon | haystack
weather: mild
weight: 1.2

[country road]
nouns: country road | dusty road | roadside | crossroads | road through the fields
looks: long road | worn track | fields on both sides
landmarks: signpost | wagon | lone tree | fence | well | gallows
weather: all

[village]
nouns: village | village street | village square | small village | hamlet
looks: timber houses | thatched cottages | cottages with chimneys
landmarks: well | market stalls | church | fence | lanterns
weather: all
weight: 1.6

[burning village]
nouns: burning village | village on fire | burning houses | village in flames
looks: houses on fire | flames and black smoke | smoke and embers
landmarks: well | fence | wagon
weather: clear cloudy
weight: 0.9

[market]
nouns: market | market square | street market | busy bazaar | town market
looks: striped awnings | coloured stalls | crates of fruit
landmarks: fountain | lanterns | banners | wagon
weather: mild
weight: 1.1

[harbour]
nouns: harbour | harbor | docks | pier | port | fishing dock
looks: ships at the pier | masts and ropes | moored ships
landmarks: lighthouse | crates | ship | fishing nets | lanterns
weather: mild
weight: 1.3

[ship deck]
nouns: ship deck | deck of a ship | pirate ship deck | deck at sea | main deck
looks: tall mast and sails | wooden planks | ropes and sails
landmarks: cannons | ship wheel | barrels | island | black flag
weather: mild
weight: 1.5

[castle]
nouns: castle | castle gate | fortress walls | great castle | fort
looks: stone walls and towers | tall grey towers | battlements
landmarks: banners | moat | dragon | torches
weather: all
weight: 1.3

[castle yard]
nouns: castle courtyard | castle yard | fort yard | training yard | inner court
looks: stone walls all around | stables and stone walls | high walls
landmarks: well | banners | training dummies | wagon | torches
weather: all

[ruins]
nouns: ruins | ruined temple | broken temple | overgrown ruins | ancient ruins
looks: fallen columns | broken pillars | ivy on old stone
landmarks: statue | campfire | altar | standing stones
weather: mild
weight: 1.2

[graveyard]
nouns: graveyard | cemetery | churchyard | old graves | burial ground
looks: crooked gravestones | leaning tombs | bare trees
landmarks: church | crypt door | statue | lanterns | open grave
weather: all
weight: 1.1

[camp]
nouns: camp | camp site | roadside camp | army camp | tents in a clearing
looks: canvas tents | tents around a fire | low tents
landmarks: campfire | wagon | banners | barrels | cooking pot
weather: mild
weight: 1.2

[battlefield]
nouns: battlefield | field after the battle | war field | scorched field
looks: broken spears | torn banners | smoke over mud
landmarks: bones | wagon | burned trees | siege tower
weather: clear cloudy rain fog storm

[garden]
nouns: garden | palace garden | rose garden | park | walled garden
looks: trimmed hedges | flower beds | roses and hedges
landmarks: fountain | statue | bench | gazebo | lanterns
weather: mild

[western town]
nouns: dusty western town | frontier town | main street of a western town | old west street | cattle town
looks: wooden storefronts | false-front buildings | dusty main street
landmarks: water tower | wagon | cactus | gallows | hitching rail
weather: dry
weight: 1.3

[city street]
nouns: city street | street in town | downtown street | city block | street corner
looks: tall buildings | brick apartments | shop windows
landmarks: parked car | street lamps | bus stop | church
weather: all
weight: 1.2

[neon street]
nouns: neon street | neon alley | cyberpunk city | night city street | neon market lane
looks: neon signs | glowing signs and towers | wet street with neon
landmarks: noodle stall | flying cars | parked car | holograms
weather: clear rain rain fog
weight: 1.3

[rooftop]
nouns: rooftop | city rooftop | flat roof | roof above the city
looks: city skyline | towers beyond | chimneys and skyline
landmarks: water tower | antennas | neon sign | laundry
weather: mild

[train station]
nouns: train station | railway platform | small station | rail yard
looks: long platform | rails and platform | iron roof
landmarks: train | station clock | bench | street lamps
weather: all

[wasteland]
nouns: wasteland | ruined city | dead city | broken highway | ruined street
looks: collapsed towers | rusty wrecks | broken concrete
landmarks: parked car | radio tower | barrel fire | dead trees | bones
weather: clear cloudy fog storm
weight: 1.3

[alien planet]
nouns: alien planet | alien world | strange planet | far planet surface
looks: strange plants | purple rocks | glowing plants
landmarks: ringed planet | crystals | landed ship | giant mushrooms | dome
weather: clear clear fog
weight: 1.1

[moon base]
nouns: moon base | moon surface | grey moon | colony on a moon | lunar plain
looks: craters and black sky | grey dust | white domes
landmarks: landed ship | dome | radio dish | planet in the sky
weather: still

[cave]
nouns: cave | deep cave | crystal cave | cavern | grotto
looks: glowing crystals | wet rock | dripping stone
landmarks: crystals | underground lake | giant mushrooms | bones | chest
weather: still
weight: 1.3

[lava cave]
nouns: lava cave | volcano cave | fire cavern | lava cavern | caves of fire
looks: rivers of lava | glowing lava | black rock and fire
landmarks: stone bridge | bones | forge fire | dragon
weather: still

[mine]
nouns: mine | mine tunnel | old mine | gold mine | mine shaft
looks: wooden beams | rails and props | timber supports
landmarks: mine cart | lanterns | crystals | barrels
weather: still
weight: 1.1
"""

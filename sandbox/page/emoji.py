"""Emoji short names, as people type them in Slack, and the characters they stand for (a common set)."""

import re
from collections.abc import Mapping
from types import MappingProxyType

_TABLE = """
+1 👍|thumbsup 👍|-1 👎|thumbsdown 👎|100 💯|alarm_clock ⏰|arrow_down ⬇️|arrow_left ⬅️|arrow_right ➡️|arrow_up ⬆️
arrows_counterclockwise 🔄|ballot_box_with_check ☑️|bar_chart 📊|beers 🍻|bell 🔔|no_bell 🔕|black_square_button 🔲
blue_heart 💙|book 📖|bookmark 🔖|books 📚|boom 💥|bow 🙇|bug 🐛|building_construction 🏗️|bulb 💡|bust_in_silhouette 👤
busts_in_silhouette 👥|calendar 📆|spiral_calendar_pad 🗓️|date 📅|card_index 📇|chart_with_upwards_trend 📈
chart_with_downwards_trend 📉|white_check_mark ✅|heavy_check_mark ✔️|checkered_flag 🏁|clap 👏|clipboard 📋
clock1 🕐|clock3 🕒|closed_book 📕|closed_lock_with_key 🔐|coffee ☕|computer 💻|construction 🚧|cry 😢|dart 🎯
email 📧|envelope ✉️|e-mail 📧|incoming_envelope 📨|envelope_with_arrow 📩|exclamation ❗|heavy_exclamation_mark ❗
eyes 👀|file_folder 📁|open_file_folder 📂|fire 🔥|gear ⚙️|ghost 👻|gift 🎁|grey_question ❔|grey_exclamation ❕
grin 😁|grinning 😀|hammer 🔨|hammer_and_wrench 🛠️|handshake 🤝|heart ❤️|green_heart 💚|yellow_heart 💛
heavy_minus_sign ➖|heavy_plus_sign ➕|hourglass ⌛|hourglass_flowing_sand ⏳|house 🏠|information_source ℹ️|joy 😂
key 🔑|large_blue_circle 🔵|large_green_circle 🟢|large_yellow_circle 🟡|large_orange_circle 🟠|red_circle 🔴
white_circle ⚪|black_circle ⚫|large_blue_square 🟦|large_green_square 🟩|large_yellow_square 🟨|large_red_square 🟥
white_large_square ⬜|black_large_square ⬛|ledger 📒|link 🔗|lock 🔒|unlock 🔓|loud_sound 🔊|mag 🔍|mag_right 🔎
mailbox 📫|mailbox_with_mail 📬|inbox_tray 📥|outbox_tray 📤|mega 📣|loudspeaker 📢|memo 📝|pencil 📝|pencil2 ✏️
money_with_wings 💸|moneybag 💰|muscle 💪|mute 🔇|no_entry ⛔|no_entry_sign 🚫|octagonal_sign 🛑|ok 🆗|ok_hand 👌
package 📦|page_facing_up 📄|page_with_curl 📃|paperclip 📎|partying_face 🥳|party_popper 🎉|tada 🎉|hourglass_done ⌛
double_vertical_bar ⏸️|pause_button ⏸️|arrow_forward ▶️|black_square_for_stop ⏹️|stop_button ⏹️|phone ☎️
point_down 👇|point_left 👈|point_right 👉|point_up ☝️|pray 🙏|pushpin 📌|round_pushpin 📍|question ❓|raised_hands 🙌
raised_hand ✋|raising_hand 🙋|repeat 🔁|robot_face 🤖|rocket 🚀|rotating_light 🚨|satellite 🛰️|scream 😱|seedling 🌱
see_no_evil 🙈|shrug 🤷|slightly_smiling_face 🙂|simple_smile 🙂|smile 😄|smiley 😃|sob 😭|sparkles ✨
speech_balloon 💬
star ⭐|star2 🌟|stopwatch ⏱️|sunglasses 😎|sunny ☀️|sweat_smile 😅|tea 🍵|telephone_receiver 📞|thinking_face 🤔
timer_clock ⏲️|traffic_light 🚦|triangular_flag_on_post 🚩|trophy 🏆|twisted_rightwards_arrows 🔀|upside_down_face 🙃
wastebasket 🗑️|warning ⚠️|wave 👋|wink 😉|writing_hand ✍️|x ❌|heavy_multiplication_x ✖️|zap ⚡|zzz 💤|label 🏷️
leftwards_arrow_with_hook ↩️|email_sent 📤|scroll 📜|receipt 🧾|test_tube 🧪|microscope 🔬|earth_africa 🌍
globe_with_meridians 🌐
"""
EMOJI: Mapping[str, str] = MappingProxyType(
    {
        name: character
        for entry in _TABLE.replace("\n", "|").split("|")
        if entry.strip()
        for name, character in [entry.split(" ", 1)]
    }
)
PICKER: tuple[str, ...] = ("memo", "+1", "white_check_mark", "eyes", "tada", "heart")
"""The short names offered for a reaction; memo is the one the assistant listens to."""

_SHORT_NAME = re.compile(r":([a-z0-9_+'-]{1,64}):(?::skin-tone-[2-6]:)?")


def emoji(name: str) -> str:
    """The character of a short name (no colons); a name we do not know comes back as `:name:`, as Slack shows it."""
    return EMOJI.get(name.split("::")[0], f":{name}:")


def with_emoji(text: str) -> str:
    """The text with every known `:short_name:` replaced; unknown ones stay as typed."""
    return _SHORT_NAME.sub(lambda found: EMOJI.get(found[1], found[0]), text)

